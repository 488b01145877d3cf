"""Tests of the help portal, through HTTP on a real service."""
