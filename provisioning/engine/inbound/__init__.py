"""The inbound SCIM service: who may push, what is answered, what is kept of it."""
