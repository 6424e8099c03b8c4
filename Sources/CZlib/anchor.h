// Names zlib for the linker. `CImageIO` includes its headers itself.
