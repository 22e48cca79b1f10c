/*
 * faults/alloc.c -- a library for LD_PRELOAD that lets allocations fail, used by
 * system/test_faults.py.
 *
 * FAULT_AT=N    the Nth allocation after main began returns NULL with ENOMEM, once
 * FAULT_AT=N+   it and every later one
 * FAULT_STACKS=F at exit, a line for each allocation is written to file F: who asked for it, as a
 *               number that is the same for the same chain of callers
 *
 * What a library allocates before main is not counted: without it the program does not begin. A
 * child that is forked goes on counting. Only one thread allocates in the programs tested; with
 * more, the number would depend on who comes first.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef int (*main_fn)(int, char **, char **);

enum { CALLERS = 8 /* two are our own */, MOST = 1 << 20 };

static main_fn real_main;
static bool armed, for_ever;
static long count, fail_at;
static uint32_t *stacks; /* of each allocation; NULL: not asked for */

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

/* FNV-1a over the callers. Within one run a place has one address. */
static uint32_t
stack(void)
{
	void *callers[CALLERS];
	uint32_t h = 2166136261u;
	int n;

	armed = false; /* what backtrace allocates is not counted */
	n = backtrace(callers, CALLERS);
	armed = true;
	for (int i = 2; i < n; i++)
		for (size_t k = 0; k < sizeof(uintptr_t); k++)
			h = (h ^ (uint32_t)((uintptr_t)callers[i] >> 8 * k & 0xff)) * 16777619u;
	return h;
}

static bool
fails(void)
{
	if (!armed)
		return false;
	if (stacks != NULL && count < MOST)
		stacks[count] = stack();
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
	if (getenv("FAULT_STACKS") != NULL && (stacks = calloc(MOST, sizeof *stacks)) == NULL)
		abort();
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
	FILE *f;

	armed = false;
	if (stacks == NULL)
		return;
	if (count > MOST || (f = fopen(getenv("FAULT_STACKS"), "w")) == NULL)
		abort();
	for (long i = 0; i < count; i++)
		fprintf(f, "%u\n", stacks[i]);
	if (fclose(f) != 0)
		abort();
}
