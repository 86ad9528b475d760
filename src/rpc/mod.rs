//! One file per RPC: the only translator between protobuf and our words.
