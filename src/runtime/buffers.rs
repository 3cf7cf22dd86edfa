//! Pooled, 4 KiB-aligned buffers that freeze into `Bytes`: what goes from the socket into a stripe goes from there to the
//! disk without another copy.
