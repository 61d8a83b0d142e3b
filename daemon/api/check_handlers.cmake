# Stops the build where an operation of IDS (operation_ids.hpp) has no handler in SOURCES: nothing there names it as
# the first argument of a call, as router.serve("operationId", …) does. Whether the handler is really registered is
# asked at the start, too (Router::unserved).
set(lines "")
foreach(file IN LISTS IDS)
  file(STRINGS ${file} more REGEX "^    \"")
  list(APPEND lines ${more})
endforeach()
string(REGEX MATCHALL "\"[A-Za-z0-9]+\"" ids "${lines}")
set(named "")
foreach(source IN LISTS SOURCES)
  # The name behind the bracket, or at the beginning of the line below it.
  file(STRINGS ${source} lines REGEX "[(]\"[a-z][A-Za-z0-9]+\",|^ +\"[a-z][A-Za-z0-9]+\"," ENCODING UTF-8)
  string(REGEX MATCHALL "\"[a-z][A-Za-z0-9]+\"" found "${lines}")
  list(APPEND named ${found})
endforeach()
list(REMOVE_ITEM ids ${named})
if(ids)
  message(FATAL_ERROR "openapi/ 中的操作没有处理程序 / operations of openapi/ without a handler: ${ids}")
endif()
file(TOUCH ${STAMP})
