//! Links the addon so that worker threads may end after it was loaded, and without the path of the machine that built it.

fn main() {
    napi_build::setup();
    // Otherwise macOS writes down where the library was linked.
    if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "macos") {
        println!("cargo::rustc-cdylib-link-arg=-Wl,-install_name,@rpath/unified-run-id.node");
    }
}
