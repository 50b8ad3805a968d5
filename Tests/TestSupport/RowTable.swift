import EjitText

/// The rows of the IR's contract: what each is about, and where it is held.
///
/// The listings and the execution sweeps walk over all ops, so an op that belongs to a row is listed and executed by
/// construction (control ops are executed by the tests named here); a test compares this table with both.
public struct Row: Sendable {
  /// The row's id in the contract.
  public let id: String
  /// The ops that the row is about.
  public let ops: [Mnemonic]
  /// Test functions that hold what the sweeps cannot.
  public let tests: [String]

  init(_ id: String, _ ops: [Mnemonic], _ tests: [String] = []) { (self.id, self.ops, self.tests) = (id, ops, tests) }

  /// Integer arithmetic, flags, bits, memory, control, frames, registers, errors.
  public static let all: [Row] = [
    Row("A1", [.mov, .add, .sub, .and, .or, .xor, .mul]),
    Row("A2", [.movi, .addi, .subi, .andi, .ori, .xori, .muli], ["immediatesOfNarrowOpsAreChecked"]),
    Row("A3", [.mov, .movi, .add, .sub, .mul, .shl, .set, .select], ["immediatesOfNarrowOpsAreChecked"]),
    Row("A4", [.not, .neg]),
    Row("A5", [.andn, .orn, .xnor]),
    Row("A6", [.smulh, .umulh, .smulWide, .umulWide]),
    Row("A7", [.madd, .msub]),
    Row("A8", [.addShifted, .subShifted, .lea]),
    Row("A9", [.smin, .smax, .umin, .umax, .abs]),

    Row(
      "B1", [.addFlags, .addiFlags, .subFlags, .subiFlags, .adc, .sbb, .carryToBorrow, .borrowToCarry],
      ["eachProducerDefinesItsConditionsAndNoOthers"]),
    Row("B2", [.addOverflow, .subOverflow, .addOverflowSet, .subOverflowSet]),
    Row("B3", [.mulOverflow, .mulOverflowSet]),
    Row("B4", [.branch, .branchi]),
    Row("B5", [.branchTest, .branchTesti, .branchBit]),
    Row("B6", [.set, .seti, .setMask, .setMaski]),
    Row("B7", [.select, .selecti, .selectElse]),
    Row(
      "B8", [.cmp, .cmpi, .test, .testi, .b, .sel, .setcc],
      [
        "onlyNeutralOpsLetFlagsPass", "flagsDoNotCrossPlacesWhereControlMayEnterOrLeave", "codeOfNeutralOpsKeepsFlags",
        "codeOfLoadsAndStoresKeepsFlags",
      ]),
    Row("B9", [.ccmp, .ccmpi], ["eachProducerDefinesItsConditionsAndNoOthers"]),
    Row("B10", [.branchMem, .branchMemi]),

    Row("C1", [.sdiv, .udiv]),
    Row("C2", [.sdiv, .udiv, .srem, .urem, .sdivmod, .udivmod, .sdivChecked, .udivChecked, .udivWideChecked]),
    Row("C3", [.srem, .urem]),
    Row("C4", [.sdivmod, .udivmod]),
    Row("C5", [.sdiv, .udiv, .srem, .urem, .sdivUnchecked, .udivUnchecked, .sremUnchecked, .uremUnchecked]),
    Row("C6", [.sdivChecked, .udivChecked, .sremChecked, .uremChecked]),
    Row("C7", [.udivWideChecked, .udivWideUnchecked]),

    Row("D1", [.shl, .shr, .sar]),
    Row("D2", [.shli, .shri, .sari]),
    Row("D3", [.rotl, .rotr, .rotli, .rotri]),
    Row("D4", [.funnel, .funneli]),
    Row("D5", [.ubfx, .sbfx, .bfi]),
    Row("D6", [.clz, .ctz, .cls]),
    Row("D7", [.popcnt]),
    Row("D8", [.bitrev]),
    Row("D9", [.bswap, .bswap16, .sbswap16, .sbswap32]),
    Row("D10", [.sext8, .sext16, .sext32, .zext8, .zext16, .zext32]),

    Row("E1", [.ld, .st]),
    Row("E2", [.ld, .st, .sti]),
    Row("E3", [.ld, .st, .lea]),
    Row("E4", [.ld, .st, .lea]),
    Row("E5", [.ldLabel], ["valuesBehindLabelsAreLoaded"]),
    Row("E6", [.ld, .st, .lea, .rmw, .prefetch]),
    Row(
      "E7", [.ldPre, .ldPost, .stPre, .stPost], ["kindAndIndexAreReported", "faultsContinueAtTheirRecoveries"]),
    Row("E8", [.ldPair, .stPair]),
    Row("E9", [.ldSwapped, .stSwapped]),
    Row("E10", [.sti]),
    Row("E11", [.rmw, .rmwi, .decBranch]),
    Row("E13", [.prefetch]),
    Row("E14", [.faultSite], ["kindAndIndexAreReported", "faultsContinueAtTheirRecoveries"]),

    Row("F1", [.ldAtomic, .stAtomic], ["forbiddenOutcomesAreNeverSeen", "sequencesAreThoseOfClang"]),
    Row("F2", [.cas, .casSet], ["countersLoseNothing", "sequencesAreThoseOfClang"]),
    Row(
      "F3", [.fetch, .rmwAtomic],
      ["countersLoseNothing", "sequencesAreThoseOfClang", "atomicsFaultBeforeRegistersMove"]),
    Row("F4", [.fence], ["forbiddenOutcomesAreNeverSeen", "sequencesAreThoseOfClang"]),
    Row("F5", [.casPair], ["countersLoseNothing", "featuresThatAnOpNeedsAreAskedFor"]),
    Row("F6", [.pause, .instructionBarrier]),

    Row(
      "G1", [.label, .j],
      ["anyNumberIsALabel", "labelsOfEarlierProgramsAreForgotten", "aHundredThousandLabelsAreFound"]),
    Row(
      "G2", [.j, .b, .branch, .branchBit],
      ["branchesReachTheirLabels", "branchesThatWaitTogetherReachTheirLabels", "codeBeyondTheWidestBranchIsRefused"]),
    Row("G3", [.j, .b], ["backwardJumpsAreShortUpTo128Bytes"]),
    Row("G4", [.jr, .jm], ["jumpsThroughRegistersAndMemory"]),
    Row("G5", [.tableEntry, .jumpTable], ["tablesTakeTheWholeIndex", "threeHundredCasesAreReached"]),
    Row("G6", [.adr], ["addressesOfLabelsAreThoseOfTheirCode"]),
    Row("G7", [.call, .callr, .callm], ["callsInAllFormsReachAlignedFunctions", "functionsOfTheHostAreCalled"]),
    Row("G8", [.tailCall], ["tailCallsReturnToTheCaller"]),
    Row("G9", [.fastCall, .subroutine, .fastRet], ["subroutinesNestAndMayCall"]),
    Row("G12", [.entry], ["programsHaveSeveralEntryPoints", "entriesAreCheckedBeforeTheyAreCalled"]),
    Row(
      "G10", [.patchableJump, .patchableCall, .patchableNop],
      ["patchableOpsDoWhatTheyBeginWith"]),
    Row("G11", [.ldPatchable], ["patchableOpsDoWhatTheyBeginWith"]),
    Row(
      "G13", [.trap, .unreachable, .breakpoint, .nop, .nops],
      ["codeOfNeutralOpsKeepsFlags", "trapsStopWithTheirSignals", "nopsDoNothing"]),
    Row("G14", [.guard, .guardi], ["guardsGoOnOrToTheirHandlers"]),
    Row("G15", [.section], ["coldCodeLiesBehindAllHotCode"]),

    Row("H1", [.pass, .fpass], ["argumentsLieWhereClangPutsThem", "rolesAreThoseOfTheCallingConvention"]),
    Row(
      "H2", [.pass, .passi, .fpass, .ldArgument, .fldArgument],
      ["everyArgumentArrives", "permutationsLoseNothing", "swiftCallsWithIntegersAndNumbers"]),
    Row("H3", [.pass, .passi], ["everyArgumentArrives", "argumentsLieWhereClangPutsThem"]),
    Row("H4", [.variadic], ["printfPrints", "everyArgumentArrives", "argumentsLieWhereClangPutsThem"]),
    Row(
      "H6", [.enter, .leave, .ret],
      ["framesOfAllSizesSaveWhatTheyAreTold", "severalExitsLeaveTheSameFrame", "everyArgumentArrives"]),
    Row("H7", [.enter, .leave], ["framesOfAllSizesSaveWhatTheyAreTold"]),
    Row("H8", [.enter], ["largeFramesTouchEveryPage", "largeFramesStopAtTheGuardOfTheStack"]),
    Row("H9", [.enter], ["framePointersFormAChain", "framesAreWalkedThroughNestedCalls"]),
    Row("H10", [.push, .pop], ["pushedRegistersComeBack", "pushedRegistersLieWhereTheyShould"]),
    Row(
      "H11", [.push, .pop, .keep, .fkeep],
      ["registersOfACallAreClobberedOrPreserved", "setsOfRegistersCombine", "everyArgumentArrives"]),

    Row("I1", [.fadd, .fsub, .fmul, .fdiv]),
    Row("I2", [.fsqrt]),
    Row("I3", [.fneg, .fabs, .fcopysign]),
    Row("I4", [.fma, .fms, .fnma, .fnms], ["featuresThatAnOpNeedsAreAskedFor"]),
    Row("I5", [.fmin, .fmax, .fminNum, .fmaxNum, .fminSelect, .fmaxSelect]),
    Row("I6", [.fround]),
    Row("I7", [.ftoi, .ftoiUnchecked, .itof]),
    Row("I8", [.fwiden, .fnarrow, .fwidenHalf, .fnarrowHalf, .fcanon], ["featuresThatAnOpNeedsAreAskedFor"]),
    Row("I9", [.fbranch, .fset, .fselect]),
    Row("I10", [.fmov, .fmovi, .fbits, .fsetBits], ["codeOfNeutralOpsKeepsFlags"]),
    Row(
      "I11", [.fld, .fst, .fldPre, .fldPost, .fstPre, .fstPost, .fldPair, .fstPair, .fldLabel],
      ["valuesBehindLabelsAreLoaded", "codeOfLoadsAndStoresKeepsFlags", "faultsContinueAtTheirRecoveries"]),

    Row("K1", [.data, .zeros], ["dataIsLaidDownAsItsTypeSays"]),
    Row("K2", [.align], ["alignedPlacesAreAligned", "codeBehindOddDataIsRefused"]),
    Row("K3", [.ldConstant], ["equalConstantsShareAPlace"]),
    Row("K4", [.dataAddress], ["addressesAmongDataAreThoseOfTheirLabels", "addressesAmongDataAreJumpedTo"]),
    Row("K5", [.raw], ["rawInstructionsRun"]),
    Row("K6", [.ldPatchable], ["patchableOpsDoWhatTheyBeginWith"]),

    Row("L1", [], ["rolesAreThoseOfTheCallingConvention"]),
    Row("L2", [], ["everyRegisterFieldIsChecked", "opsOfRegistersComputeTheirDefinition"]),
    Row("L3", [.shl, .umulh, .umulWide, .funnel], ["opsOfRegistersComputeTheirDefinition"]),
    Row("L4", [], ["everyRegisterFieldIsChecked", "stackPointerStandsWhereItMay"]),
    Row("L5", [], ["rolesAreThoseOfTheCallingConvention"]),
    Row("L6", [], ["everyRegisterFieldIsChecked", "framePointerIsNoDestinationInAFrame"]),

    Row("N1", [], ["loweringDependsOnTheFeaturesGivenAndNothingElse"]),
    Row("N2", [], ["featuresThatTheHostLacksAreRefusedByName", "codeOfAnotherMachineIsRefused"]),
    Row("N3", [], ["kindAndIndexAreReported", "indexCountsOverPiecesOfAProgram", "errorsAreSmall"]),
    Row("N4", [], ["errorsStickUntilReset"]),
    Row("N5", [], ["kindAndIndexAreReported", "everyRegisterFieldIsChecked", "onlyNeutralOpsLetFlagsPass"]),
    Row("N6", [], ["ofEveryOp", "ofRandomPrograms"]),
    Row("N8", [.mark], ["marksAreFoundBothWays"]),
    Row("N9", [], ["noOpIsLongerThanItsBound", "boundsHoldForEveryAliasPattern"]),
  ]
}
