/*
 * faults/alloc.c -- a library for LD_PRELOAD that lets allocations fail, used by
 * system/test_faults.py.
 *
 * FAULT_AT=N    the Nth allocation after main began returns NULL with ENOMEM, once
 * FAULT_AT=N+   it and every later one
 * FAULT_COUNT=F at exit, the number of allocations is written to file F
 *
 * What a library allocates before main is not counted: without it the program does not begin. A
 * child that is forked goes on counting. Only one thread allocates in the programs tested; with
 * more, the number would depend on who comes first.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef int (*main_fn)(int, char **, char **);

static main_fn real_main;
static bool armed, for_ever;
static long count, fail_at;

/* dlsym may allocate before it has found calloc; it gets its memory from here. */
static char early[16384];
static size_t early_n;

static void *
real(const char *name, void **slot)
{
	if (*slot == NULL)
		*slot = dlsym(RTLD_NEXT, name);
	return *slot;
}

static bool
fails(void)
{
	if (!armed)
		return false;
	count++;
	if (fail_at == 0 || count < fail_at || (count > fail_at && !for_ever))
		return false;
	errno = ENOMEM;
	return true;
}

static bool
is_early(const void *p)
{
	return (const char *)p >= early && (const char *)p < early + sizeof early;
}

void *
malloc(size_t n)
{
	static void *next;

	return fails() ? NULL : ((void *(*)(size_t))real("malloc", &next))(n);
}

void *
calloc(size_t n, size_t size)
{
	static void *next;
	static bool asking;

	if (fails())
		return NULL;
	if (next == NULL && asking) {
		char *p = early + early_n;

		early_n += (n * size + 15) / 16 * 16;
		return early_n <= sizeof early ? p : NULL;
	}
	asking = true;
	real("calloc", &next);
	asking = false;
	return ((void *(*)(size_t, size_t))next)(n, size);
}

void *
realloc(void *p, size_t n)
{
	static void *next;

	return fails() ? NULL : ((void *(*)(void *, size_t))real("realloc", &next))(p, n);
}

void *
reallocarray(void *p, size_t n, size_t size)
{
	if (size != 0 && n > (size_t)-1 / size) {
		errno = ENOMEM;
		return NULL;
	}
	return realloc(p, n * size);
}

void *
aligned_alloc(size_t align, size_t n)
{
	static void *next;

	return fails() ? NULL : ((void *(*)(size_t, size_t))real("aligned_alloc", &next))(align, n);
}

int
posix_memalign(void **p, size_t align, size_t n)
{
	static void *next;

	return fails()
	    ? ENOMEM
	    : ((int (*)(void **, size_t, size_t))real("posix_memalign", &next))(p, align, n);
}

/* dlsym may free too, before it has found free: that stays where it is. */
void
free(void *p)
{
	static void *next;
	static bool asking;

	if (is_early(p) || (next == NULL && asking))
		return;
	asking = true;
	((void (*)(void *))real("free", &next))(p);
}

char *
strndup(const char *s, size_t max)
{
	size_t n = strnlen(s, max);
	char *p = malloc(n + 1);

	if (p == NULL)
		return NULL;
	memcpy(p, s, n);
	p[n] = '\0';
	return p;
}

char *
strdup(const char *s)
{
	return strndup(s, strlen(s));
}

/* --- from main to exit ---------------------------------------------------------------------- */

static int
counted_main(int argc, char **argv, char **env)
{
	const char *at = getenv("FAULT_AT");

	if (at != NULL) {
		fail_at = strtol(at, NULL, 10);
		for_ever = strchr(at, '+') != NULL;
	}
	armed = true;
	return real_main(argc, argv, env);
}

int
__libc_start_main(main_fn run, int argc, char **argv, void (*init)(void), void (*fini)(void),
    void (*ld_fini)(void), void *stack_end)
{
	static void *next;

	real_main = run;
	return ((int (*)(main_fn, int, char **, void (*)(void), void (*)(void), void (*)(void),
	    void *))real("__libc_start_main", &next))(
	    counted_main, argc, argv, init, fini, ld_fini, stack_end);
}

__attribute__((destructor)) static void
tell(void)
{
	const char *path = getenv("FAULT_COUNT");
	char text[32];
	int fd, n;

	armed = false;
	if (path == NULL)
		return;
	n = snprintf(text, sizeof text, "%ld\n", count);
	if ((fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)) < 0)
		return;
	if (write(fd, text, (size_t)n) != n)
		abort();
	(void)close(fd);
}
