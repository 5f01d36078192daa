/* See system.h. */
#include "cli/frame/system.h"

#include <errno.h>
#include <fcntl.h>
#include <io.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#include <shellapi.h>

#include "cli/frame/bytes.h"

/* The C library reserves the numbers 0 to 2 for the standard streams even if they are closed; reading, writing and
 * setting the mode then fail. */
bool natt_cli_system_start(void)
{
    for (int descriptor = 0; descriptor <= 2; descriptor++)
        (void)_setmode(descriptor, _O_BINARY);
    return true;
}

/* NULL: not Unicode, such as half of a surrogate pair. Free it. */
static char *utf8_of(const wchar_t *text)
{
    int len = WideCharToMultiByte(CP_UTF8, WC_ERR_INVALID_CHARS, text, -1, NULL, 0, NULL, NULL);
    if (len <= 0)
        return NULL;
    char *out = natt_cli_alloc((size_t)len, 1, 0);
    (void)WideCharToMultiByte(CP_UTF8, WC_ERR_INVALID_CHARS, text, -1, out, len, NULL, NULL);
    return out;
}

/* NULL: not UTF-8, errno is set. Free it. */
static wchar_t *wide_of(const char *text)
{
    int len = MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, text, -1, NULL, 0);
    if (len <= 0) {
        errno = EILSEQ;
        return NULL;
    }
    wchar_t *out = natt_cli_alloc((size_t)len, sizeof *out, 0);
    (void)MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, text, -1, out, len);
    return out;
}

/* main gets them in the code page, and some C libraries replace * and ? by file names. */
bool natt_cli_arguments(int *argc, char ***argv)
{
    int count = 0;
    wchar_t **wide = CommandLineToArgvW(GetCommandLineW(), &count);
    bool done = wide != NULL && count > 0;
    char **out = natt_cli_alloc((size_t)count + 1, sizeof *out, 0);
    for (int i = 0; done && i < count; i++) {
        out[i] = utf8_of(wide[i]);
        done = out[i] != NULL;
    }
    LocalFree(wide);
    if (done) {
        *argc = count;
        *argv = out;
    }
    return done;
}

FILE *natt_cli_open(const char *path, const char *mode)
{
    wchar_t *wide_path = wide_of(path), *wide_mode = wide_of(mode);
    FILE *file = wide_path != NULL && wide_mode != NULL ? _wfopen(wide_path, wide_mode) : NULL;
    free(wide_path);
    free(wide_mode);
    return file;
}

/* A reparse point is a link, a junction, or a volume. */
natt_cli_path_kind natt_cli_path_kind_of(const char *path)
{
    wchar_t *wide = wide_of(path);
    DWORD found = wide != NULL ? GetFileAttributesW(wide) : INVALID_FILE_ATTRIBUTES;
    free(wide);
    if (found == INVALID_FILE_ATTRIBUTES) {
        errno = ENOENT;
        return NATT_CLI_PATH_NONE;
    }
    if ((found & FILE_ATTRIBUTE_DIRECTORY) != 0)
        return (found & FILE_ATTRIBUTE_REPARSE_POINT) != 0 ? NATT_CLI_PATH_LINK : NATT_CLI_PATH_FOLDER;
    return (found & FILE_ATTRIBUTE_DEVICE) != 0 ? NATT_CLI_PATH_OTHER : NATT_CLI_PATH_REGULAR;
}

/* A name that is not Unicode has no path as text. Its replacement is unreadable, since no name may contain <. */
static void give_entries(HANDLE search, WIN32_FIND_DATAW *found, void (*entry)(void *context, const char *name),
                         void *context)
{
    do {
        char *name = utf8_of(found->cFileName);
        if (name == NULL)
            name = natt_cli_strdup("<name is not Unicode>");
        if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0)
            entry(context, name);
        free(name);
    } while (FindNextFileW(search, found) != 0);
}

bool natt_cli_folder_read(const char *path, void (*entry)(void *context, const char *name), void *context)
{
    WIN32_FIND_DATAW found;
    const size_t size = strlen(path) + sizeof "/*";
    char *pattern = natt_cli_alloc(size, 1, 0);
    (void)snprintf(pattern, size, "%s/*", path);
    wchar_t *wide = wide_of(pattern);
    HANDLE search = wide != NULL ? FindFirstFileW(wide, &found) : INVALID_HANDLE_VALUE;
    free(pattern);
    free(wide);
    bool done = search != INVALID_HANDLE_VALUE;
    if (done) {
        give_entries(search, &found, entry, context);
        done = GetLastError() == ERROR_NO_MORE_FILES;
        FindClose(search);
    }
    if (!done)
        errno = EACCES;
    return done;
}

FILE *natt_cli_open_regular(const char *path)
{
    FILE *file = natt_cli_open(path, "rb");
    if (file == NULL)
        return NULL;
    if (GetFileType((HANDLE)_get_osfhandle(_fileno(file))) == FILE_TYPE_DISK)
        return file;
    (void)fclose(file);
    errno = 0;
    return NULL;
}

size_t natt_cli_open_max(void)
{
    return (size_t)_getmaxstdio();
}

/* stat() gives no file numbers on Windows. */
static bool identify(BY_HANDLE_FILE_INFORMATION *out, const char *path)
{
    wchar_t *wide = wide_of(path);
    HANDLE file = wide == NULL ? INVALID_HANDLE_VALUE
                               : CreateFileW(wide, 0, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                                             OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL);
    free(wide);
    if (file == INVALID_HANDLE_VALUE)
        return false;
    bool done = GetFileType(file) == FILE_TYPE_DISK && GetFileInformationByHandle(file, out) != 0;
    CloseHandle(file);
    return done;
}

bool natt_cli_is_one_file(const char *a, const char *b)
{
    BY_HANDLE_FILE_INFORMATION first, second;
    return identify(&first, a) && identify(&second, b) && first.dwVolumeSerialNumber == second.dwVolumeSerialNumber &&
           first.nFileIndexHigh == second.nFileIndexHigh && first.nFileIndexLow == second.nFileIndexLow;
}

/* Windows 10 and later accept them once this mode is set. */
bool natt_cli_takes_colours(FILE *out)
{
    HANDLE console = (HANDLE)_get_osfhandle(_fileno(out));
    DWORD mode;
    return GetConsoleMode(console, &mode) != 0 &&
           SetConsoleMode(console, mode | ENABLE_VIRTUAL_TERMINAL_PROCESSING) != 0;
}

size_t natt_cli_columns(FILE *out)
{
    HANDLE console = (HANDLE)_get_osfhandle(_fileno(out));
    CONSOLE_SCREEN_BUFFER_INFO info;
    if (GetConsoleScreenBufferInfo(console, &info) == 0)
        return 0;
    int columns = info.srWindow.Right - info.srWindow.Left + 1;
    return columns > 0 ? (size_t)columns : 80;
}

bool natt_cli_is_utf8(void)
{
    return GetConsoleOutputCP() == CP_UTF8;
}
