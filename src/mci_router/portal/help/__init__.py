"""The help portal: pages by which customers find answers, write, and see their cases, without any script.

They are rendered here, from templates in `web/help`. What they show is read by modules that render nothing; what
customers send goes through the same doors as what an adapter posts.
"""
