"""Read-only queries over a published mart, for pages and exports.

Every function takes the mart and the actor first, and returns only what the actor may see.
"""
