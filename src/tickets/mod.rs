//! What a buyer holds in hand: a booking in words, the signed link to its ticket, the link's QR
//! code, and the page that it leads to. Shared by mail and HTTP; nothing here sends anything.

mod links;
mod page;
mod qr;
mod slip;

pub use links::Links;
pub use page::page;
pub use qr::{qr_png, qr_svg};
pub use slip::{Line, Slip};
