// Names libpng for the linker. `CImageIO` includes its headers itself.
