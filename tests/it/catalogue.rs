//! Rule files, registry, documentation and examples agree.
