"""Where the project stands: counts, quota, runs, disk, what to do next."""
