// Names c-blosc for the linker. `CImageIO` includes its headers itself.
