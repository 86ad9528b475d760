//! How sure a sign-in through a pool is at the least, in the levels of NIST SP 800-63B.
