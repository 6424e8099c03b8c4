#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <tiffio.h>

#include "CImageIO.h"

// Handlers of one file's own arrived with libtiff 4.5; before that there are only global ones.
#define HANDLERS_PER_FILE (TIFFLIB_VERSION >= 20221213)

struct CImageIOTIFF {
  TIFF *tiff;
  char message[512];
};

enum { imagej_counts_tag = 50838, imagej_bytes_tag = 50839, uic2_tag = 33629 };

#if HANDLERS_PER_FILE
static int keep_first(
    TIFF *tiff, void *user, const char *module, const char *format, va_list arguments) {
  (void)tiff;
  (void)module;
  CImageIOTIFF *file = user;
  if (file->message[0] == 0) {
    vsnprintf(file->message, sizeof file->message, format, arguments);
  }
  return 1;
}

static int drop(
    TIFF *tiff, void *user, const char *module, const char *format, va_list arguments) {
  (void)tiff;
  (void)user;
  (void)module;
  (void)format;
  (void)arguments;
  return 1;
}

static TIFF *open_quietly(CImageIOTIFF *file, const char *path, const char *mode) {
  TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
  if (options == NULL) return NULL;
  TIFFOpenOptionsSetErrorHandlerExtR(options, keep_first, file);
  TIFFOpenOptionsSetWarningHandlerExtR(options, drop, NULL);
  TIFF *tiff = TIFFOpenExt(path, mode, options);
  TIFFOpenOptionsFree(options);
  return tiff;
}
#else
static TIFF *open_quietly(CImageIOTIFF *file, const char *path, const char *mode) {
  (void)file;
  TIFFSetErrorHandler(NULL);
  TIFFSetWarningHandler(NULL);
  return TIFFOpen(path, mode);
}
#endif

static void copy_message(const CImageIOTIFF *file, char *message, size_t capacity) {
  if (capacity > 0) snprintf(message, capacity, "%s", file->message);
}

CImageIOTIFF *cimageio_tiff_open(
    const char *path, const char *mode, char *message, size_t capacity) {
  if (capacity > 0) message[0] = 0;
  CImageIOTIFF *file = calloc(1, sizeof *file);
  if (file == NULL) return NULL;
  file->tiff = open_quietly(file, path, mode);
  if (file->tiff == NULL) {
    copy_message(file, message, capacity);
    free(file);
    return NULL;
  }
  return file;
}

int cimageio_tiff_close(CImageIOTIFF *file, char *message, size_t capacity) {
  file->message[0] = 0;
  TIFFClose(file->tiff);
  copy_message(file, message, capacity);
  int fine = file->message[0] == 0;
  free(file);
  return fine;
}

const char *cimageio_tiff_message(const CImageIOTIFF *file) { return file->message; }

int cimageio_tiff_is_big_endian(const CImageIOTIFF *file) {
  return TIFFIsBigEndian(file->tiff);
}

int cimageio_tiff_has_codec(uint16_t compression) { return TIFFIsCODECConfigured(compression); }

int cimageio_tiff_next(CImageIOTIFF *file) {
  if (TIFFLastDirectory(file->tiff)) return 0;
  file->message[0] = 0;
  return TIFFReadDirectory(file->tiff) ? 1 : -1;
}

int cimageio_tiff_go(CImageIOTIFF *file, uint64_t offset) {
  file->message[0] = 0;
  return TIFFSetSubDirectory(file->tiff, offset);
}

void cimageio_tiff_page(CImageIOTIFF *file, CImageIOPage *page) {
  TIFF *tiff = file->tiff;
  memset(page, 0, sizeof *page);
  page->offset = TIFFCurrentDirOffset(tiff);
  page->data_offset = TIFFGetStrileOffset(tiff, 0);
  TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &page->width);
  TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &page->height);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_IMAGEDEPTH, &page->depth);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_SUBFILETYPE, &page->subfile_type);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_BITSPERSAMPLE, &page->bits_per_sample);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLESPERPIXEL, &page->samples_per_pixel);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLEFORMAT, &page->sample_format);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_PLANARCONFIG, &page->planar);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_COMPRESSION, &page->compression);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_RESOLUTIONUNIT, &page->resolution_unit);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_FILLORDER, &page->fill_order);
  if (!TIFFGetField(tiff, TIFFTAG_PHOTOMETRIC, &page->photometric)) page->photometric = 65535;
  TIFFGetField(tiff, TIFFTAG_XRESOLUTION, &page->x_resolution);
  TIFFGetField(tiff, TIFFTAG_YRESOLUTION, &page->y_resolution);
  page->is_stk = TIFFFindField(tiff, uic2_tag, TIFF_ANY) != NULL;
  page->is_tiled = TIFFIsTiled(tiff) != 0;
  if (page->is_tiled) {
    TIFFGetField(tiff, TIFFTAG_TILEWIDTH, &page->tile_width);
    TIFFGetField(tiff, TIFFTAG_TILELENGTH, &page->tile_height);
    page->segments = TIFFNumberOfTiles(tiff);
    page->segment_size = TIFFTileSize64(tiff);
  } else {
    TIFFGetFieldDefaulted(tiff, TIFFTAG_ROWSPERSTRIP, &page->rows_per_strip);
    page->segments = TIFFNumberOfStrips(tiff);
    page->segment_size = TIFFStripSize64(tiff);
  }
}

const char *cimageio_tiff_description(CImageIOTIFF *file) {
  const char *text = NULL;
  return TIFFGetField(file->tiff, TIFFTAG_IMAGEDESCRIPTION, &text) ? text : NULL;
}

static int has_counted_field(TIFF *tiff, uint32_t tag, TIFFDataType a, TIFFDataType b) {
  const TIFFField *field = TIFFFindField(tiff, tag, TIFF_ANY);
  if (field == NULL || !TIFFFieldPassCount(field)) return 0;
  if (TIFFFieldReadCount(field) != TIFF_VARIABLE2) return 0;
  TIFFDataType type = TIFFFieldDataType(field);
  return type == a || type == b;
}

int cimageio_tiff_imagej(
    CImageIOTIFF *file, const uint32_t **counts, uint32_t *count, const uint8_t **bytes,
    uint32_t *size) {
  TIFF *tiff = file->tiff;
  return has_counted_field(tiff, imagej_counts_tag, TIFF_LONG, TIFF_LONG)
      && has_counted_field(tiff, imagej_bytes_tag, TIFF_BYTE, TIFF_UNDEFINED)
      && TIFFGetField(tiff, imagej_counts_tag, count, counts)
      && TIFFGetField(tiff, imagej_bytes_tag, size, bytes);
}

int64_t cimageio_tiff_read(CImageIOTIFF *file, uint32_t index, void *bytes, int64_t capacity) {
  file->message[0] = 0;
  return TIFFIsTiled(file->tiff) ? TIFFReadEncodedTile(file->tiff, index, bytes, capacity)
                                 : TIFFReadEncodedStrip(file->tiff, index, bytes, capacity);
}

uint16_t cimageio_tiff_sub_directories(CImageIOTIFF *file, const uint64_t **offsets) {
  uint16_t count = 0;
  uint64_t *found = NULL;
  *offsets = NULL;
  if (!TIFFGetField(file->tiff, TIFFTAG_SUBIFD, &count, &found) || found == NULL) return 0;
  *offsets = found;
  return count;
}

void cimageio_tiff_segment(
    CImageIOTIFF *file, uint32_t index, uint64_t *offset, uint64_t *size) {
  *offset = TIFFGetStrileOffset(file->tiff, index);
  *size = TIFFGetStrileByteCount(file->tiff, index);
}

int cimageio_tiff_color_map(
    CImageIOTIFF *file, const uint16_t **red, const uint16_t **green, const uint16_t **blue) {
  uint16_t *parts[3] = {NULL, NULL, NULL};
  int found = TIFFGetField(file->tiff, TIFFTAG_COLORMAP, &parts[0], &parts[1], &parts[2])
      && parts[0] != NULL && parts[1] != NULL && parts[2] != NULL;
  *red = parts[0];
  *green = parts[1];
  *blue = parts[2];
  return found;
}

int64_t cimageio_tiff_bytes(CImageIOTIFF *file, uint64_t offset, void *bytes, int64_t count) {
  const int64_t most = 1 << 30;  // some systems refuse more at once
  int64_t done = 0;
  while (done < count) {
    int64_t step = count - done < most ? count - done : most;
    ssize_t got = pread(
        TIFFFileno(file->tiff), (char *)bytes + done, (size_t)step,
        (off_t)(offset + (uint64_t)done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return -1;
    if (got == 0) break;
    done += got;
  }
  return done;
}

static const TIFFFieldInfo imagej_fields[] = {
    {imagej_counts_tag, TIFF_VARIABLE2, TIFF_VARIABLE2, TIFF_LONG, FIELD_CUSTOM, 1, 1,
     "IJMetadataByteCounts"},
    {imagej_bytes_tag, TIFF_VARIABLE2, TIFF_VARIABLE2, TIFF_BYTE, FIELD_CUSTOM, 1, 1,
     "IJMetadata"},
};

static int set_segments(TIFF *tiff, const CImageIONewPage *page) {
  if (page->tile_width == 0) return TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, page->rows_per_strip);
  return TIFFSetField(tiff, TIFFTAG_TILEWIDTH, page->tile_width)
      && TIFFSetField(tiff, TIFFTAG_TILELENGTH, page->tile_height);
}

static int set_reduced_copies(TIFF *tiff, uint16_t count) {
  uint64_t *offsets = calloc(count, sizeof *offsets);  // libtiff fills them in
  if (offsets == NULL) return 0;
  int fine = TIFFSetField(tiff, TIFFTAG_SUBIFD, count, offsets);
  free(offsets);
  return fine;
}

int cimageio_tiff_begin(CImageIOTIFF *file, const CImageIONewPage *page) {
  TIFF *tiff = file->tiff;
  file->message[0] = 0;
  int fine = TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, page->width)
      && TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, page->height)
      && TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, page->bits_per_sample)
      && TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, 1)
      && TIFFSetField(tiff, TIFFTAG_SAMPLEFORMAT, page->sample_format)
      && TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISBLACK)
      && TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG)
      && TIFFSetField(tiff, TIFFTAG_COMPRESSION, page->compression)
      && set_segments(tiff, page);
  if (page->is_reduced) {
    fine = fine && TIFFSetField(tiff, TIFFTAG_SUBFILETYPE, FILETYPE_REDUCEDIMAGE);
  }
  if (page->reduced_copies > 0) fine = fine && set_reduced_copies(tiff, page->reduced_copies);
  if (page->predictor > 1) {
    fine = fine && TIFFSetField(tiff, TIFFTAG_PREDICTOR, page->predictor);
  }
  if (page->x_resolution > 0) {
    fine = fine && TIFFSetField(tiff, TIFFTAG_XRESOLUTION, page->x_resolution)
        && TIFFSetField(tiff, TIFFTAG_YRESOLUTION, page->y_resolution)
        && TIFFSetField(tiff, TIFFTAG_RESOLUTIONUNIT, page->resolution_unit);
  }
  if (page->description) {
    fine = fine && TIFFSetField(tiff, TIFFTAG_IMAGEDESCRIPTION, page->description);
  }
  if (page->software) fine = fine && TIFFSetField(tiff, TIFFTAG_SOFTWARE, page->software);
  if (page->imagej_bytes) {
    fine = fine && TIFFMergeFieldInfo(tiff, imagej_fields, 2) == 0
        && TIFFSetField(tiff, imagej_counts_tag, page->imagej_count, page->imagej_counts)
        && TIFFSetField(tiff, imagej_bytes_tag, page->imagej_size, page->imagej_bytes);
  }
  return fine;
}

int cimageio_tiff_write(CImageIOTIFF *file, uint32_t index, const void *bytes, int64_t size) {
  file->message[0] = 0;
  int64_t written = TIFFIsTiled(file->tiff)
      ? TIFFWriteEncodedTile(file->tiff, index, (void *)bytes, size)
      : TIFFWriteEncodedStrip(file->tiff, index, (void *)bytes, size);
  return written == size;
}

int cimageio_tiff_end(CImageIOTIFF *file) {
  file->message[0] = 0;
  return TIFFWriteDirectory(file->tiff);
}
