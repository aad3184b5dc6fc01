"""Topics inspected and edited."""
