// Names libtiff for the linker. `CImageIO` includes its headers itself.
