// SPDX-License-Identifier: LGPL-2.1-only
/* exact - whether printing a value loses nothing of it: where its type does not
 * say, that is tried */
#include <stdlib.h>

#include "value.h"

static bool comes_back(const struct xdplab_type *type, const void *value,
		       void *scratch, const char *printed)
{
	return !xdplab_value_parse(type, scratch, printed, NULL) &&
	       !memcmp(scratch, value, type->size);
}

bool xdplab_value_is_exact(const struct xdplab_type *type, const void *value)
{
	struct xdplab_text text = { 0 };
	void *scratch;
	bool exact;

	if (type->nodes->dense)
		return true;
	scratch = malloc(type->size);
	xdplab_value_print(type, value, XDPLAB_FORM_TEXT, &text);
	exact = scratch && !text.lost &&
		comes_back(type, value, scratch, text.bytes);
	free(scratch);
	xdplab_text_free(&text);
	return exact;
}
