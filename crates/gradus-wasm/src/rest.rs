//! The module comes in two files: what a page opens with, and the rest, which `xtask-wasm` divides. Whatever calls a function
//! of the rest before that is there calls [`need_rest`] first.

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    /// The page's way to bring the rest, which comes back when it is there.
    #[wasm_bindgen(js_name = bringRest)]
    fn bring_rest();
}

/// Sees to it that the rest is there.
#[wasm_bindgen(js_name = needRest)]
pub fn need_rest() {
    bring_rest();
}
