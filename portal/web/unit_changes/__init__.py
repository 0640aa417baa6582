"""A move, merger, split, closing or reopening across all apps: tried first, then done, undone."""
