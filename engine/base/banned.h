#ifndef BASE_BANNED_H
#define BASE_BANNED_H

/* Included before every file: what does not compile here, and what does. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BANNED(f) sorry_##f##_is_banned
#undef strcpy
#define strcpy(d, s)      BANNED(strcpy)        /* str_copy()             */
#undef strcat
#define strcat(d, s)      BANNED(strcat)        /* struct buf             */
#undef strncpy
#define strncpy(d, s, n)  BANNED(strncpy)       /* str_copy()             */
#undef sprintf
#define sprintf(...)      BANNED(sprintf)       /* snprintf, buf_printf   */
#undef vsprintf
#define vsprintf(...)     BANNED(vsprintf)
#undef gets
#define gets(s)           BANNED(gets)
#undef atoi
#define atoi(s)           BANNED(atoi)          /* str_i64()              */
#undef atol
#define atol(s)           BANNED(atol)
#undef atof
#define atof(s)           BANNED(atof)          /* money_parse()          */
#undef strtod
#define strtod(s, e)      BANNED(strtod)
#undef sscanf
#define sscanf(...)       BANNED(sscanf)
#undef strtok
#define strtok(s, d)      BANNED(strtok)
#undef system
#define system(s)         BANNED(system)

#endif
