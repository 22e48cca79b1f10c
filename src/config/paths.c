/* SPDX-License-Identifier: Apache-2.0 */
#include "config/paths.h"
#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum { KEY_DIGITS = 2 * REP_KEY_BYTES };

static enum rep_rc
join(char to[REP_PATH_MAX], const char *base, const char *below, const char *name,
    struct rep_err *err)
{
	int n = snprintf(to, REP_PATH_MAX, "%s%s/reputed/%s", base, below, name);

	if (n < 0 || n >= REP_PATH_MAX)
		return rep_fail(err, REP_ELIMIT, "a path below %.40s... is longer than %d bytes",
		    base, REP_PATH_MAX - 1);
	return REP_OK;
}

/* $XDG_x when it is absolute, else the folder below the home. */
static enum rep_rc
user_path(char to[REP_PATH_MAX], const char *xdg, const struct rep_paths_env *env,
    const char *below, const char *name, struct rep_err *err)
{
	if (xdg != NULL && xdg[0] == '/')
		return join(to, xdg, "", name, err);
	if (env->home == NULL || env->home[0] != '/')
		return rep_fail(err, REP_EUSAGE,
		    "no home folder: set HOME, or give the files with --config and --db");
	return join(to, env->home, below, name, err);
}

enum rep_rc
rep_paths_make(const struct rep_paths_env *env, struct rep_paths *p, struct rep_err *err)
{
	static const struct rep_paths of_root = { "/etc/reputed/reputed.conf",
		"/var/lib/reputed/reputed.db", "/etc/reputed/key" };
	struct rep_paths out = of_root;
	enum rep_rc rc;

	if (!env->root) {
		rc = user_path(out.config, env->xdg_config, env, "/.config", "reputed.conf", err);
		if (rc == REP_OK)
			rc = user_path(out.key, env->xdg_config, env, "/.config", "key", err);
		if (rc == REP_OK)
			rc = user_path(
			    out.database, env->xdg_data, env, "/.local/share", "reputed.db", err);
		if (rc != REP_OK)
			return rc;
		if (access(out.config, F_OK) != 0)
			memcpy(out.config, of_root.config, sizeof out.config);
	}
	*p = out;
	return REP_OK;
}

enum rep_rc
rep_paths_find(struct rep_paths *p, struct rep_err *err)
{
	struct rep_paths_env env = { geteuid() == 0, getenv("HOME"), getenv("XDG_CONFIG_HOME"),
		getenv("XDG_DATA_HOME") };
	const struct passwd *pw;

	if (!env.root && env.home == NULL && (pw = getpwuid(geteuid())) != NULL)
		env.home = pw->pw_dir;
	return rep_paths_make(&env, p, err);
}

static enum rep_rc
key_fail(struct rep_err *err, const char *path, const char *what)
{
	return rep_fail(err, REP_EIO, "key %s: %s: %s", path, what, strerror(errno));
}

static bool
key_parse(struct rep_str s, struct rep_key *key)
{
	if (s.n != KEY_DIGITS)
		return false;
	for (size_t i = 0; i < REP_KEY_BYTES; i++) {
		int hi = rep_hex(s.p[2 * i]), lo = rep_hex(s.p[2 * i + 1]);

		if (hi < 0 || lo < 0)
			return false;
		key->b[i] = (unsigned char)(hi << 4 | lo);
	}
	return true;
}

static enum rep_rc
key_read(int fd, const char *path, struct rep_key *key, struct rep_err *err)
{
	struct rep_key out;
	char text[256];
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st) != 0)
		return key_fail(err, path, "cannot be read");
	if (!S_ISREG(st.st_mode))
		return rep_fail(err, REP_EIO, "key %s is not a file", path);
	if ((st.st_mode & 077) != 0)
		return rep_fail(err, REP_EIO,
		    "key %s can be read by others (mode %04o); fix it: chmod 600 %s", path,
		    (unsigned)st.st_mode & 07777u, path);
	if ((n = read(fd, text, sizeof text)) < 0)
		return key_fail(err, path, "cannot be read");
	if (!key_parse(rep_str_trim((struct rep_str){ text, (size_t)n }), &out))
		return rep_fail(err, REP_EIO,
		    "the file %s does not contain a key (%d hexadecimal digits); restore the "
		    "right one, or stored facts cannot be matched",
		    path, KEY_DIGITS);
	*key = out;
	return REP_OK;
}

/* The folders above path. */
static bool
make_folders(const char *path)
{
	char part[REP_PATH_MAX];
	size_t n = strlen(path);
	mode_t mode = geteuid() == 0 ? 0755 : 0700;

	if (n >= sizeof part) {
		errno = ENAMETOOLONG;
		return false;
	}
	for (size_t i = 1; i < n; i++) {
		if (path[i] != '/')
			continue;
		memcpy(part, path, i);
		part[i] = '\0';
		if (mkdir(part, mode) != 0 && errno != EEXIST)
			return false;
	}
	return true;
}

/* A random key into fd, and down to the disk. */
static bool
key_write(int fd)
{
	unsigned char raw[REP_KEY_BYTES];
	char text[KEY_DIGITS + 2];

	if (getrandom(raw, sizeof raw, 0) != (ssize_t)sizeof raw)
		return false;
	for (size_t i = 0; i < sizeof raw; i++)
		snprintf(text + 2 * i, 3, "%02x", raw[i]);
	text[KEY_DIGITS] = '\n';
	return fchmod(fd, 0600) == 0 &&
	    rep_fd_write(fd, (struct rep_str){ text, KEY_DIGITS + 1 }) && fsync(fd) == 0;
}

/*
 * Under another name first, then linked: nobody ever reads half a key, and of two
 * who make one at the same time the second finds the first one's.
 */
static enum rep_rc
key_make(const char *path, struct rep_err *err)
{
	char temp[REP_PATH_MAX + 32];
	enum rep_rc rc = REP_OK;
	uint64_t chance;
	int fd;

	if (!make_folders(path) || getrandom(&chance, sizeof chance, 0) != (ssize_t)sizeof chance)
		return key_fail(err, path, "cannot be created");
	snprintf(temp, sizeof temp, "%s.%016llx", path, (unsigned long long)chance);
	fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return key_fail(err, path, "cannot be created");
	if (!key_write(fd))
		rc = key_fail(err, path, "cannot be written");
	if (close(fd) != 0 && rc == REP_OK)
		rc = key_fail(err, path, "cannot be written");
	if (rc == REP_OK && link(temp, path) != 0 && errno != EEXIST)
		rc = key_fail(err, path, "cannot be created");
	unlink(temp);
	(void)rep_fd_sync_folder_of(path);
	return rc;
}

enum rep_rc
rep_key_load(const char *path, bool create, struct rep_key *key, struct rep_err *err)
{
	enum rep_rc rc;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0 && errno == ENOENT) {
		if (!create)
			return rep_fail(err, REP_ENOTFOUND, "the key %s does not exist", path);
		if ((rc = key_make(path, err)) != REP_OK)
			return rc;
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	}
	if (fd < 0)
		return key_fail(err, path, "cannot be read");
	rc = key_read(fd, path, key, err);
	close(fd);
	return rc;
}
