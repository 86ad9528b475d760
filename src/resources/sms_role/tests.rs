//! Plans, states and constraints of the role.
