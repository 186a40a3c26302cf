//! Links the addon so that worker threads may end after it was loaded.

fn main() {
    napi_build::setup();
}
