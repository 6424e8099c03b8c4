// Names libzstd for the linker. `CImageIO` includes its headers itself.
