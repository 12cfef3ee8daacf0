"""Questions of pages and exports to a published mart; every function takes the mart and the actor."""
