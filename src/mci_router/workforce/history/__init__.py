"""History from elsewhere: what came before the router was there, as workforce suites and other routers export it."""
