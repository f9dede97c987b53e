//! Pictures of the shows to play with. They lie where a node's own media would: in a folder.

use std::fs;
use std::io;
use std::path::Path;

use crate::client::Media;
use crate::plans::PresetName;

/// A picture, and what it shows.
struct Picture {
    of: PresetName,
    svg: &'static str,
    alt: &'static str,
}

const PICTURES: [Picture; 3] = [
    Picture {
        of: PresetName::Club,
        svg: include_str!("pictures/club.svg"),
        alt: "Three owls on a branch before a full moon, one of them winking",
    },
    Picture {
        of: PresetName::Theatre,
        svg: include_str!("pictures/theatre.svg"),
        alt: "A red curtain opens on a forest under a crescent moon",
    },
    Picture {
        of: PresetName::Arena,
        svg: include_str!("pictures/arena.svg"),
        alt: "Northern lights above an arena and its crowd",
    },
];

impl Picture {
    fn name(&self) -> String {
        format!("{}.svg", self.of.as_str())
    }
}

/// Puts all pictures into a folder.
pub(super) fn hang(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for picture in &PICTURES {
        fs::write(folder.join(picture.name()), picture.svg)?;
    }
    Ok(())
}

/// What there is to see of a show, by address.
pub(super) fn of(preset: PresetName) -> Vec<Media> {
    let pictures = PICTURES.iter().filter(|picture| picture.of == preset);
    let media = |picture: &Picture| Media {
        kind: "image".to_owned(),
        url: format!("/{}", picture.name()),
        alt: picture.alt.to_owned(),
    };
    pictures.map(media).collect()
}
