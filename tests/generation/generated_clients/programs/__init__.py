"""Programs that each use one client; they print what they read."""
