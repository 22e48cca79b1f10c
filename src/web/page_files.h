/*
 * web/page_files.h -- the files of the page (web/), compiled in by tools/web-embed.
 *
 * Nothing here changes while the program runs. Each file is there twice, as it is and as gzip (RFC 1952,
 * without a time), so that an answer is sent straight from the array.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_WEB_PAGE_FILES_H
#define REP_WEB_PAGE_FILES_H

#include <stddef.h>

struct rep_page_file {
	const char *path;  /* below the base of the page: "/", "/app.js" */
	const char *mime;  /* value of Content-Type */
	const char *etag;  /* value of ETag, with its quotes: of the content */
	const char *bytes; /* n bytes, not NUL-terminated */
	size_t n;
	const char *gzip; /* gzip_n bytes */
	size_t gzip_n;
};

extern const struct rep_page_file rep_page_files[];
extern const size_t rep_page_files_n;

#endif
