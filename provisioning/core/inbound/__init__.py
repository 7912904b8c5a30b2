"""What a SCIM 2.0 service provider decides: pure values in, pure values or a `Refusal` out."""
