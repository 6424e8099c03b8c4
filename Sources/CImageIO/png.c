#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>

#include "CImageIO.h"

static void copy_message(const png_image *image, char *message, size_t capacity) {
  if (capacity > 0) snprintf(message, capacity, "%s", image->message);
}

int cimageio_png_write(
    const char *path, const uint8_t *pixels, uint32_t width, uint32_t height, int channels,
    char *message, size_t capacity) {
  png_image image;
  memset(&image, 0, sizeof image);
  image.version = PNG_IMAGE_VERSION;
  image.width = width;
  image.height = height;
  image.format = channels == 1 ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB;
  int fine = png_image_write_to_file(&image, path, 0, pixels, 0, NULL);
  copy_message(&image, message, capacity);
  return fine;
}

uint8_t *cimageio_png_read(
    const char *path, uint64_t most_pixels, uint32_t *width, uint32_t *height, char *message,
    size_t capacity) {
  png_image image;
  memset(&image, 0, sizeof image);
  image.version = PNG_IMAGE_VERSION;
  if (!png_image_begin_read_from_file(&image, path)) {
    copy_message(&image, message, capacity);
    return NULL;
  }
  image.format = PNG_FORMAT_RGB;
  *width = image.width;
  *height = image.height;
  uint8_t *pixels = NULL;
  if ((uint64_t)image.width * image.height <= most_pixels) {
    pixels = malloc(PNG_IMAGE_SIZE(image));
  }
  if (pixels == NULL) {
    if (capacity > 0) snprintf(message, capacity, "the image is too large");
  } else if (!png_image_finish_read(&image, NULL, pixels, 0, NULL)) {
    copy_message(&image, message, capacity);
    free(pixels);
    pixels = NULL;
  }
  png_image_free(&image);
  return pixels;
}

void cimageio_png_free(uint8_t *pixels) { free(pixels); }
