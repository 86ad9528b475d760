//! Scenarios on real command lines against the sandbox and the emulators.
