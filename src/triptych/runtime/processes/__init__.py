"""The four processes and the supervisor that keeps them: each starts alone, restarts alone and dies with its parent."""
