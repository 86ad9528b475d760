//! How Terraform starts and reaches this process: handshake line, TLS, socket and the services of go-plugin.
