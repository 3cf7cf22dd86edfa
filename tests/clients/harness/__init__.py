"""What the suites in this folder share: processes, raw HTTP, signatures, client adapters, reference models."""
