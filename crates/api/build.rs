//! Says what the crate embeds: without it a new migration or a freshly built web app would go unnoticed.

fn main() -> std::io::Result<()> {
    // The folder must be there to be embedded and watched, even before the web app was ever built.
    std::fs::create_dir_all("../../target/web/dist")?;
    println!("cargo::rerun-if-changed=../../target/web/dist");
    println!("cargo::rerun-if-changed=../../migrations");
    Ok(())
}
