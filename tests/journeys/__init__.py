"""The whole house over HTTP, as a third party would try it."""
