// SPDX-License-Identifier: GPL-2.0-only
/* xml - text within XML and HTML */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "out.h"
#include "xml.h"

static const char *entity(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	default:
		return NULL;
	}
}

/* U+FFFE and U+FFFF, which XML forbids beside control characters. */
static bool is_no_character(const char *text)
{
	return !strncmp(text, "\xef\xbf\xbe", 3) ||
	       !strncmp(text, "\xef\xbf\xbf", 3);
}

/* What is in a line of text but not in clean text is no character of XML. */
static void print_part(FILE *file, const char *text, size_t length)
{
	char *clean = strndup(text, length);

	if (!clean)
		return;
	out_clean(clean, length + 1, clean);
	for (const char *c = clean; *c; c++) {
		if (is_no_character(c)) {
			fputc('?', file);
			c += 2;
		} else if (entity(*c)) {
			fputs(entity(*c), file);
		} else {
			fputc(*c, file);
		}
	}
	free(clean);
}

void xml_line(FILE *file, const char *text, size_t length)
{
	while (length) {
		const char *tab = memchr(text, '\t', length);
		size_t part = tab ? (size_t)(tab - text) : length;

		print_part(file, text, part);
		if (!tab)
			return;
		fputc('\t', file);
		text += part + 1;
		length -= part + 1;
	}
}

void xml_attribute(FILE *file, const char *name, const char *text)
{
	fprintf(file, " %s=\"", name);
	xml_line(file, text, strlen(text));
	fputc('"', file);
}

void xml_lines(FILE *file, const char *text)
{
	while (*text) {
		size_t length = strcspn(text, "\n");

		xml_line(file, text, length);
		text += length;
		if (*text++)
			fputc('\n', file);
	}
}
