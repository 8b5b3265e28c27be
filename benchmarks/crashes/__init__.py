"""Programs that crash, each with tests that show it, tests that judge a fix, and a fix that is right."""
