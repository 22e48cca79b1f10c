/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/progress.h"
#include "cli/out.h"
#include "engine/files.h"
#include "io/steady.h"

#include <stdio.h>
#include <unistd.h>

enum { CELLS = 30, NAME = 28 };

uint64_t
rep_progress_weight(const char *path, uint64_t bytes)
{
	return rep_file_name_packed(rep_str_c(path)) ? bytes * REP_PROGRESS_PACKED : bytes;
}

void
rep_progress_draw(struct rep_progress *p, const char *name, uint64_t bytes, uint64_t lines)
{
	int64_t now = rep_steady_ms();
	char bar[CELLS + 1], n[32], shown[NAME + 1], line[CELLS + NAME + 80];
	uint64_t done = p->done + (bytes < p->size ? bytes : p->size), full;
	size_t slash;

	if (!isatty(STDERR_FILENO) || (p->shown && now - p->drawn_ms < REP_PROGRESS_MS))
		return;
	p->drawn_ms = now;
	p->shown = true;
	full = p->of > 0 ? done * CELLS / p->of : 0;
	for (size_t i = 0; i < CELLS; i++)
		bar[i] = i < full ? '#' : '.';
	bar[CELLS] = '\0';
	slash = rep_str_rchr(rep_str_c(name), '/');
	snprintf(shown, sizeof shown, "%s", slash == SIZE_MAX ? name : name + slash + 1);
	rep_out_plain(shown);
	(void)rep_out_number(p->lines + lines, n);
	if (p->of > 0)
		snprintf(line, sizeof line, "\r[%s] %3u %%  %s lines  %s\033[K", bar,
		    (unsigned)(done * 100 / p->of), n, shown);
	else
		snprintf(line, sizeof line, "\r%s lines  %s\033[K", n, shown);
	fputs(line, stderr);
	(void)fflush(stderr);
}

void
rep_progress_next(struct rep_progress *p, uint64_t lines)
{
	p->done += p->size;
	p->lines += lines;
	p->size = 0;
}

void
rep_progress_end(struct rep_progress *p)
{
	if (!p->shown)
		return;
	fputs("\r\033[K", stderr);
	(void)fflush(stderr);
	p->shown = false;
}
