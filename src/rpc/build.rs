//! Compiles `proto/` without a protoc on the machine.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Asked when it runs: the script may have been compiled for another checkout that shares the target directory.
    let root = format!("{}/../../proto", std::env::var("CARGO_MANIFEST_DIR")?);
    println!("cargo:rerun-if-changed={root}");
    let files = protox::compile(["cairn/rpc/v1/peer.proto"], [&root])?;
    tonic_prost_build::configure().bytes(".").compile_fds(files)?;
    Ok(())
}
