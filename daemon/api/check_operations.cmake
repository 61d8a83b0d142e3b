# Stops the build where operations/SUBJECT.hpp in API does not name the operations of openapi/SUBJECT.json and no other,
# for each of SUBJECTS.
foreach(subject IN LISTS SUBJECTS)
  file(STRINGS ${API}/openapi/${subject}.json lines REGEX "\"operationId\":" ENCODING UTF-8)
  list(TRANSFORM lines REPLACE ".*\"operationId\": *\"([A-Za-z0-9]+)\".*" "\\1" OUTPUT_VARIABLE said)
  set(listed "")
  if(EXISTS ${API}/operations/${subject}.hpp)
    file(STRINGS ${API}/operations/${subject}.hpp lines REGEX "OperationId k")
    list(TRANSFORM lines REPLACE ".*{\"([A-Za-z0-9]+)\"}.*" "\\1" OUTPUT_VARIABLE listed)
  endif()
  list(SORT said)
  list(SORT listed)
  if(NOT said STREQUAL listed)
    message(FATAL_ERROR "operations/${subject}.hpp 与 openapi/${subject}.json 不一致，请运行 daemon/api/generate.py / does "
                        "not name the operations of openapi/${subject}.json: run daemon/api/generate.py")
  endif()
endforeach()
file(TOUCH ${STAMP})
