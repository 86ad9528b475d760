//! The layers, sizes and words of docs/dev/architecture.md, read off the sources.
