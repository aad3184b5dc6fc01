"""How a collection is doing, while it goes on."""
