"""What happened: service levels, reports and metrics."""
