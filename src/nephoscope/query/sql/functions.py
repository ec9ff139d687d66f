# SPDX-License-Identifier: Apache-2.0
"""
The functions that SQL from outside may call: only these, whatever the engine has besides.

Not among them: whatever reaches files, other servers, dictionaries, other tables or the server's own state; what takes
the name of a function or table as a text; what waits. `IN` is an operator here, its function forms are not.
"""

GROUPS: dict[str, str] = {
    "aggregates": """
        any anyHeavy anyLast any_value first_value last_value argMax argMin max_by min_by avg avgWeighted boundingRatio
        corr corrStable count covarPop covarSamp COVAR_POP COVAR_SAMP deltaSum deltaSumTimestamp entropy
        exponentialMovingAverage exponentialTimeDecayedAvg groupArray array_agg groupArrayInsertAt groupArrayLast
        groupArrayMovingAvg groupArrayMovingSum groupArraySample groupArraySorted groupBitAnd groupBitOr groupBitXor
        groupConcat group_concat string_agg groupUniqArray histogram kurtPop kurtSamp largestTriangleThreeBuckets lttb
        max min maxIntersections median medianExact medianTDigest quantile quantileDD quantileDeterministic
        quantileExact quantileExactExclusive quantileExactHigh quantileExactInclusive quantileExactLow
        quantileExactWeighted quantileGK quantileInterpolatedWeighted quantileTDigest quantileTDigestWeighted
        quantileTiming quantiles quantilesDD quantilesExact quantilesExactExclusive quantilesExactHigh
        quantilesExactInclusive quantilesExactLow quantilesExactWeighted quantilesGK quantilesTDigest quantilesTiming
        rankCorr simpleLinearRegression singleValueOrNull skewPop skewSamp sparkbar stddevPop stddevSamp STD STDDEV
        STDDEV_POP STDDEV_SAMP studentTTest sum sumCount sumKahan topK topKWeighted uniq uniqCombined uniqExact
        uniqHLL12 varPop varSamp VAR_POP VAR_SAMP welchTTest mannWhitneyUTest kolmogorovSmirnovTest intervalLengthSum
        timeSeriesDeltaToGrid timeSeriesRateToGrid timeSeriesInstantRateToGrid timeSeriesResampleToGridWithStaleness
    """,
    "windows": """
        row_number rank dense_rank denseRank percent_rank percentRank cume_dist ntile nth_value lag lead lagInFrame
        leadInFrame nonNegativeDerivative
    """,
    "arithmetic": """
        abs plus minus multiply divide divideOrNull intDiv intDivOrNull intDivOrZero modulo mod moduloOrNull
        moduloOrZero positiveModulo negate gcd lcm isFinite isInfinite isNaN ifNotFinite max2 min2 avg2 midpoint
        greatest least clamp sign
    """,
    "rounding": "ceil ceiling floor round roundBankers roundDown roundToExp2 roundAge roundDuration trunc truncate",
    "mathematics": """
        exp exp2 exp10 log ln log2 log10 log1p sqrt cbrt pow power sin cos tan asin acos atan atan2 sinh cosh tanh asinh
        acosh atanh hypot degrees radians pi e erf erfc lgamma tgamma sigmoid factorial width_bucket widthBucket
    """,
    "comparison and logic": """
        equals notEquals less lessOrEquals greater greaterOrEquals and or not xor like ilike notLike notILike match
        isNull isNotNull isNotDistinctFrom isDistinctFrom
    """,
    "conditions and null": """
        if multiIf coalesce ifNull nullIf assumeNotNull toNullable isZeroOrNull firstNonDefault transform identity
        materialize toTypeName toColumnTypeName
    """,
    "conversion": """
        CAST accurateCast accurateCastOrNull accurateCastOrDefault toBool toString toFixedString toLowCardinality
        toInt8 toInt16 toInt32 toInt64 toInt128 toInt256 toUInt8 toUInt16 toUInt32 toUInt64 toUInt128 toUInt256
        toFloat32 toFloat64 toInt8OrNull toInt16OrNull toInt32OrNull toInt64OrNull toUInt8OrNull toUInt16OrNull
        toUInt32OrNull toUInt64OrNull toFloat32OrNull toFloat64OrNull toInt8OrZero toInt16OrZero toInt32OrZero
        toInt64OrZero toUInt8OrZero toUInt16OrZero toUInt32OrZero toUInt64OrZero toFloat32OrZero toFloat64OrZero
        toInt64OrDefault toUInt64OrDefault toFloat64OrDefault toDecimal32 toDecimal64 toDecimal128 toDecimal256
        toDecimal64OrNull toDecimal64OrZero toDecimalString toUUID toUUIDOrNull toUUIDOrZero reinterpretAsInt64
        reinterpretAsUInt64 reinterpretAsFloat64 reinterpretAsString formatReadableSize formatReadableDecimalSize
        formatReadableQuantity formatReadableTimeDelta parseReadableSize parseReadableSizeOrNull parseTimeDelta bar
    """,
    "dates and times": """
        now now64 nowInBlock today yesterday current_date curdate current_timestamp timezone timezoneOf timezoneOffset
        toTimezone toTimeZone toDate toDate32 toDateOrNull toDateOrZero toDateTime toDateTime64 toDateTimeOrNull
        toDateTimeOrZero toDateTime64OrNull toDateTime64OrZero toYear YEAR toQuarter QUARTER toMonth MONTH
        toDayOfYear DAYOFYEAR toDayOfMonth DAY DAYOFMONTH toDayOfWeek DAYOFWEEK toHour HOUR toMinute MINUTE toSecond
        SECOND toMillisecond MILLISECOND toMicrosecond MICROSECOND toNanosecond NANOSECOND toUnixTimestamp
        toUnixTimestamp64Milli toUnixTimestamp64Micro toUnixTimestamp64Nano toUnixTimestamp64Second fromUnixTimestamp
        fromUnixTimestamp64Milli fromUnixTimestamp64Micro fromUnixTimestamp64Nano fromUnixTimestamp64Second
        FROM_UNIXTIME toStartOfYear toStartOfISOYear toStartOfQuarter toStartOfMonth toLastDayOfMonth toMonday
        toStartOfWeek toLastDayOfWeek toStartOfDay toStartOfHour toStartOfMinute toStartOfSecond toStartOfMillisecond
        toStartOfFiveMinutes toStartOfFiveMinute toStartOfTenMinutes toStartOfFifteenMinutes toStartOfInterval
        date_bin time_bucket toTime toTimeWithFixedDate toYYYYMM toYYYYMMDD toYYYYMMDDhhmmss toISOYear toISOWeek toWeek
        week toYearWeek toDaysInMonth toRelativeYearNum toRelativeMonthNum toRelativeWeekNum toRelativeDayNum
        toRelativeHourNum toRelativeMinuteNum toRelativeSecondNum toDaysSinceYearZero age dateDiff date_diff DATE_DIFF
        timestamp_diff dateTrunc DATE_TRUNC dateName monthName addDate subDate addInterval subtractInterval
        addYears addQuarters addMonths addWeeks addDays addHours addMinutes addSeconds addMilliseconds
        addMicroseconds addNanoseconds subtractYears subtractQuarters subtractMonths subtractWeeks subtractDays
        subtractHours subtractMinutes subtractSeconds subtractMilliseconds subtractMicroseconds subtractNanoseconds
        toInterval toIntervalYear toIntervalQuarter toIntervalMonth toIntervalWeek toIntervalDay toIntervalHour
        toIntervalMinute toIntervalSecond toIntervalMillisecond toIntervalMicrosecond toIntervalNanosecond
        formatDateTime DATE_FORMAT formatDateTimeInJodaSyntax parseDateTime parseDateTimeOrNull parseDateTime64
        parseDateTimeBestEffort parseDateTimeBestEffortOrNull parseDateTimeBestEffortOrZero
        parseDateTime64BestEffort parseDateTime64BestEffortOrNull makeDate makeDate32 makeDateTime makeDateTime64
        timeSlot timeSlots tumble tumbleStart tumbleEnd UTCTimestamp DATE timestamp extract
    """,
    "text": """
        length lengthUTF8 CHAR_LENGTH CHARACTER_LENGTH OCTET_LENGTH empty notEmpty lower lcase upper ucase lowerUTF8
        upperUTF8 initcap initcapUTF8 reverse reverseUTF8 concat concatWithSeparator concat_ws repeat space substring
        substr mid substringUTF8 substringIndex SUBSTRING_INDEX left right leftUTF8 rightUTF8 leftPad lpad rightPad
        rpad leftPadUTF8 rightPadUTF8 trim trimLeft ltrim trimRight rtrim trimBoth startsWith endsWith
        startsWithUTF8 endsWithUTF8 toValidUTF8 isValidUTF8 ascii char format printf basename firstLine soundex
        editDistance levenshteinDistance jaroWinklerSimilarity naturalSortKey appendTrailingCharIfAbsent
        arrayStringConcat splitByChar splitByString splitByRegexp splitByWhitespace splitByNonAlpha alphaTokens ngrams
        tokens
    """,
    "search and replacement": """
        position positionCaseInsensitive positionUTF8 positionCaseInsensitiveUTF8 locate instr multiSearchAny
        multiSearchAnyCaseInsensitive multiSearchFirstIndex multiSearchFirstPosition multiSearchAllPositions
        multiMatchAny multiMatchAnyIndex multiMatchAllIndices extractAll extractGroups extractAllGroups
        extractAllGroupsVertical extractAllGroupsHorizontal countSubstrings countSubstringsCaseInsensitive countMatches
        countMatchesCaseInsensitive hasToken hasTokenCaseInsensitive hasSubsequence ngramDistance ngramSearch
        regexpExtract REGEXP_EXTRACT REGEXP_MATCHES REGEXP_REPLACE REGEXP_SUBSTR replace replaceOne replaceAll
        replaceRegexpOne replaceRegexpAll regexpQuoteMeta translate translateUTF8 overlay
    """,
    "arrays": """
        array emptyArrayString emptyArrayFloat64 emptyArrayInt64 emptyArrayUInt64 range has hasAll hasAny hasSubstr
        indexOf countEqual arrayElement arrayElementOrNull arrayConcat arrayEnumerate arrayEnumerateDense
        arrayEnumerateUniq arrayPopBack arrayPopFront arrayPushBack arrayPushFront arrayResize arraySlice
        arrayRotateLeft arrayRotateRight arrayShiftLeft arrayShiftRight arrayReverse arrayFlatten flatten
        arrayDistinct arrayUniq arrayJoin unnest arrayZip arrayZipUnaligned arrayWithConstant replicate
        arrayIntersect arrayUnion arrayExcept arrayDotProduct arrayAUCPR arrayROCAUC
        arrayJaccardIndex arrayRemove arrayTranspose arrayShingles
    """,
    "maps and tuples": """
        map mapFromArrays mapKeys mapValues mapContainsKey mapContains mapContainsKeyLike mapContainsValue
        mapExtractKeyLike mapAdd mapSubtract mapConcat mapUpdate extractKeyValuePairs str_to_map
        tuple tupleElement tupleConcat tuplePlus tupleMinus tupleToNameValuePairs tupleNames flattenTuple
        dotProduct
    """,
    "JSON": """
        isValidJSON JSONHas JSONLength JSONType JSONKey JSONExtract JSONExtractString JSONExtractInt JSONExtractUInt
        JSONExtractFloat JSONExtractBool JSONExtractRaw JSONExtractArrayRaw JSONExtractKeys JSONExtractKeysAndValues
        JSONExtractKeysAndValuesRaw JSON_VALUE JSON_QUERY JSON_EXISTS JSONArrayLength toJSONString simpleJSONHas
        simpleJSONExtractString simpleJSONExtractInt simpleJSONExtractUInt simpleJSONExtractFloat
        simpleJSONExtractBool simpleJSONExtractRaw prettyPrintJSON
    """,
    "hashes and encodings": """
        cityHash64 sipHash64 sipHash128 xxHash32 xxHash64 xxh3 murmurHash3_64 farmHash64 intHash32 intHash64 CRC32 CRC64
        MD5 SHA1 SHA224 SHA256 SHA512 jumpConsistentHash hex unhex bin unbin base64Encode base64Decode
        tryBase64Decode TO_BASE64 FROM_BASE64 encodeXMLComponent decodeXMLComponent decodeHTMLComponent
    """,
    "bits": """
        bitAnd bitOr bitXor bitNot bitShiftLeft bitShiftRight bitRotateLeft bitRotateRight bitTest bitTestAny
        bitTestAll bitCount bitHammingDistance bitmaskToArray bitPositionsToArray byteSwap
    """,
    "addresses": """
        IPv4NumToString IPv4StringToNum IPv4StringToNumOrNull IPv4ToIPv6 IPv4CIDRToRange IPv6NumToString
        IPv6StringToNum IPv6CIDRToRange cutIPv6 isIPAddressInRange isIPv4String isIPv6String toIPv4 toIPv6
        toIPv4OrNull toIPv6OrNull MACNumToString MACStringToNum domain domainWithoutWWW topLevelDomain protocol path
        port queryString fragment extractURLParameter extractURLParameters cutQueryString decodeURLComponent
        encodeURLComponent
    """,
}

# Their first argument is a function: a lambda, or the bare name of one.
HIGHER_ORDER_GROUP = """
    arrayMap arrayFilter arrayFill arrayReverseFill arraySplit arrayReverseSplit arrayExists arrayAll arrayCount
    arrayFirst arrayFirstOrNull arrayLast arrayLastOrNull arrayFirstIndex arrayLastIndex arraySum arrayAvg arrayMin
    arrayMax arrayCumSum arrayCumSumNonNegative arraySort arrayReverseSort arrayPartialSort arrayPartialReverseSort
    arrayFold arrayCompact arrayDifference arrayProduct mapApply mapFilter mapExists mapAll mapSort mapReverseSort
"""

# Another answer each time they are asked: what they decide must not be decided twice.
RANDOM_GROUP = """
    rand rand32 rand64 randCanonical randUniform randNormal randConstant generateUUIDv4 generateUUIDv7 rowNumberInBlock
    rowNumberInAllBlocks arrayShuffle arrayRandomSample
"""

# No functions of the engine's list, but forms that its parser turns into others.
FORMS_GROUP = """
    date_add dateAdd date_sub dateSub timestamp_add timestampAdd timestamp_sub timestampSub untuple grouping
"""

# What may follow the name of an aggregate, in any number.
COMBINATORS = ("If", "Array", "Distinct", "OrNull", "OrDefault", "ForEach", "ArgMin", "ArgMax")

NAMES = {
    **{group: tuple(names.split()) for group, names in GROUPS.items()},
    "higher order": tuple(HIGHER_ORDER_GROUP.split()),
    "random": tuple(RANDOM_GROUP.split()),
    "forms": tuple(FORMS_GROUP.split()),
}
# The engine tells capitals apart in most names and not in all; none of these differs from a forbidden one by them only.
ALLOWED = frozenset(name.lower() for names in NAMES.values() for name in names)
HIGHER_ORDER = frozenset(name.lower() for name in NAMES["higher order"])
RANDOM = frozenset(name.lower() for name in NAMES["random"])
AGGREGATES = frozenset(name.lower() for name in NAMES["aggregates"])


def is_allowed(name: str) -> bool:
    """
    Whether a function may be called, an aggregate with its combinators included.

    >>> is_allowed("toStartOfHour"), is_allowed("quantileOrNullIf"), is_allowed("file"), is_allowed("fileIf")
    (True, True, False, False)
    """
    plain = name.lower()
    return plain in ALLOWED or _without_combinators(plain) in AGGREGATES


def _without_combinators(name: str) -> str:
    for combinator in COMBINATORS:
        if name not in AGGREGATES and name.endswith(combinator.lower()):
            return _without_combinators(name.removesuffix(combinator.lower()))
    return name
