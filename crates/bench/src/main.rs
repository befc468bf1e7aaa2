//! The program `bench`: reads the command line and runs one of the tools.

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    bench::run().await
}
