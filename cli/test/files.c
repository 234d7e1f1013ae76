// SPDX-License-Identifier: GPL-2.0-only
/* files - which test files are meant, and which of their tests */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reading.h"
#include "test.h"

/* ---- their names ---- */

const char *test_near_path(const char *path)
{
	char here[4096];
	size_t length;

	if (!getcwd(here, sizeof(here)))
		return path;
	length = strlen(here);
	if (strncmp(path, here, length) || path[length] != '/')
		return path;
	return path + length + 1;
}

/* The name of a file in a directory, which may be "" or ".": this one. */
static struct test_file *add(struct test_files *files, const char *directory,
			     const char *name)
{
	const char *slash = "/";
	struct test_file *file;

	if (!strcmp(directory, "."))
		directory = "";
	if (!*directory || directory[strlen(directory) - 1] == '/')
		slash = "";
	files->at = need_memory(
		reallocarray(files->at, files->nr + 1, sizeof(*files->at)));
	file = &files->at[files->nr++];
	*file = (struct test_file){ .wrong = need_memory(json_array()) };
	if (asprintf(&file->path, "%s%s%s", directory, slash, name) < 0)
		need_memory(NULL);
	return file;
}

/* FILE:LINE is the test that begins there, unless a file has that name. */
static void add_file(struct test_files *files, const char *path)
{
	struct test_file *file = add(files, "", path);
	char *colon = strrchr(file->path, ':'), *end;
	unsigned long line;

	if (!colon || !access(path, F_OK) || !isdigit((unsigned char)colon[1]))
		return;
	line = strtoul(colon + 1, &end, 10);
	if (*end || !line || line > UINT_MAX)
		return;
	*colon = '\0';
	file->line = line;
}

bool test_is_file_name(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot && dot != name && !strcmp(dot, ".test");
}

static int is_wanted(const struct dirent *entry)
{
	return test_is_file_name(entry->d_name);
}

/* Links are not followed: what they lead to may be tested already, or was not
 * meant. */
static bool is_plain_file(const char *directory, const char *name)
{
	char path[4096];
	struct stat st;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	return !lstat(path, &st) && S_ISREG(st.st_mode);
}

/* Says what is wrong as a whole, and keeps it. */
static void refuse(const struct test_asked *asked, json_t *wrong,
		   const char *path, const char *why)
{
	say(asked->args, "%s%s%s", path, *path ? ": " : "", why);
	test_keep_error(wrong, path, why);
}

static int add_directory(struct test_files *files,
			 const struct test_asked *asked, const char *path)
{
	struct dirent **entries;
	int nr = scandir(path, &entries, is_wanted, alphasort);
	size_t before = files->nr;

	if (nr < 0) {
		refuse(asked, files->wrong, path, strerror(errno));
		return EXIT_FAILED;
	}
	for (int i = 0; i < nr; i++) {
		if (is_plain_file(path, entries[i]->d_name))
			add(files, path, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	if (files->nr > before)
		return EXIT_DONE;
	refuse(asked, files->wrong, path, "no *.test file in this directory");
	return EXIT_FAILED;
}

static int find_files(struct test_files *files, const struct test_asked *asked)
{
	int status = EXIT_DONE;

	for (int i = 0; i < asked->args->nr_operands; i++) {
		const char *path = args_operand(asked->args, i);
		struct stat st;

		if (stat(path, &st) || !S_ISDIR(st.st_mode))
			add_file(files, path);
		else if (add_directory(files, asked, path))
			status = EXIT_FAILED;
	}
	return status;
}

/* ---- what is in them ---- */

static bool is_chosen(const struct test_file *file,
		      const struct xdplab_test *test, const char *only)
{
	return (!file->line || test->line == file->line) &&
	       (!only || strstr(test->name, only));
}

/* An exit status. */
static int choose(struct test_files *files, struct test_file *file,
		  const struct test_asked *asked)
{
	size_t nr = xdplab_tests_count(file->tests);
	char why[64];

	file->chosen = need_memory(calloc(nr + 1, sizeof(*file->chosen)));
	for (size_t i = 0; i < nr; i++)
		if (is_chosen(file, xdplab_tests_at(file->tests, i),
			      asked->only))
			file->chosen[file->nr_chosen++] = i;
	files->nr_chosen += file->nr_chosen;
	if (!file->line || file->nr_chosen || asked->only)
		return EXIT_DONE;
	snprintf(why, sizeof(why), "no test begins at line %u", file->line);
	refuse(asked, file->wrong, file->path, why);
	return EXIT_FAILED;
}

/* Of a pipe nothing may be read here: it would be gone. */
static bool is_object(const char *path)
{
	char magic[4] = "";
	struct stat st;
	FILE *file;

	if (stat(path, &st) || !S_ISREG(st.st_mode))
		return false;
	file = fopen(path, "re");
	if (!file)
		return false;
	if (fread(magic, sizeof(magic), 1, file) != 1)
		*magic = '\0';
	fclose(file);
	return !memcmp(magic, "\177ELF", sizeof(magic));
}

static bool is_source(const char *path)
{
	const char *dot = strrchr(path, '.') ?: "";

	return !strcmp(dot, ".c") || !strcmp(dot, ".h");
}

/* Who begins names the program itself; what is wrong in each line of it would
 * help nobody.  An exit status. */
static int refuse_program(const struct test_asked *asked,
			  const struct test_file *file)
{
	char why[4096 + 128];

	if (is_object(file->path))
		snprintf(why, sizeof(why),
			 "is an object, not a test file; test it with a file "
			 "that says \"program %s\"; see `xdplab help test`",
			 file->path);
	else if (is_source(file->path))
		snprintf(
			why, sizeof(why),
			"is a source, not a test file; test it with a file "
			"that says \"program FILE.o\"; see `xdplab help test`");
	else
		return EXIT_DONE;
	refuse(asked, file->wrong, file->path, why);
	return EXIT_USAGE;
}

/* The library has the file's name before its words, as for the terminal. */
static int keep_failure(const struct test_asked *asked,
			const struct test_file *file, int err)
{
	const char *why = xdplab_error();
	size_t length = strlen(file->path);

	if (!strncmp(why, file->path, length) &&
	    !strncmp(why + length, ": ", 2))
		why += length + 2;
	test_keep_error(file->wrong, file->path, why);
	return say_failure(asked->args, err);
}

/* An exit status. */
static int read_file(struct test_files *files, struct test_file *file,
		     const struct test_asked *asked)
{
	struct xdplab_tests_opts opts = {
		.sz = sizeof(opts),
		.mistake = test_say_mistake,
		.arg = file->wrong,
		.seed = asked->seed,
		.program = asked->program,
	};
	int err = refuse_program(asked, file);

	if (err)
		return err;
	err = xdplab_tests_read(&file->tests, file->path, &opts);
	if (!err)
		return choose(files, file, asked);
	if (!json_array_size(file->wrong))
		return keep_failure(asked, file, err);
	return EXIT_USAGE;
}

static int refuse_all(const struct test_files *files,
		      const struct test_asked *asked)
{
	char why[1024] = "no tests";

	if (asked->only)
		snprintf(why, sizeof(why), "no test name contains \"%s\"",
			 asked->only);
	refuse(asked, files->wrong, "", why);
	return EXIT_FAILED;
}

void test_files_read(struct test_files *files, const struct test_asked *asked)
{
	int status;

	files->begun = reading_clock();
	files->wrong = need_memory(json_array());
	status = find_files(files, asked);
	for (size_t i = 0; i < files->nr; i++) {
		int of_file = read_file(files, &files->at[i], asked);

		/* Errors in a file are what there is most to do about. */
		if (status != EXIT_USAGE && of_file)
			status = of_file;
	}
	if (!status && !files->nr_chosen)
		status = refuse_all(files, asked);
	files->status = status;
}

void test_files_free(struct test_files *files)
{
	for (size_t i = 0; i < files->nr; i++) {
		xdplab_tests_free(files->at[i].tests);
		json_decref(files->at[i].wrong);
		free(files->at[i].chosen);
		free(files->at[i].path);
	}
	json_decref(files->wrong);
	free(files->at);
	*files = (struct test_files){ 0 };
}
