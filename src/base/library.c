/* SPDX-License-Identifier: Apache-2.0 */
#include "base/library.h"

#include <dlfcn.h>
#include <string.h>

bool
rep_library_load(const char *soname, const struct rep_library_call *calls, size_t n)
{
	void *library = dlopen(soname, RTLD_NOW | RTLD_LOCAL);

	for (size_t i = 0; library != NULL && i < n; i++) {
		void *call = dlsym(library, calls[i].name);

		if (call == NULL)
			return false;
		memcpy(calls[i].to, &call, sizeof call);
	}
	return library != NULL;
}
