"""An inventory of three enterprises, one with a name that a careless page would run."""
EVIL = "<script>document.title='broken'</script><img src=x onerror=document.title='broken'>\"'&"

INVENTORY = {
    "enterprises.csv": "id,name,region,industry,grade,category,contact,phone\n"
        "e1,甲厂,110105,水泥,C,regular,王工,010-1\n"
        "e2,\"" + EVIL.replace('"', '""') + "\",110105,水泥,D,regular,\"<b>李工</b>\",010-2\n"
        "e3,丙厂,110106,水泥,C,livelihood,赵工,010-3\n",
    "lines.csv": "enterprise,id,name,equipment,uninterruptible,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n"
        "e1,L1,一线,水泥磨,no,10,10,10,10\ne2,L1,一线,水泥磨,no,20,20,20,20\ne3,L1,一线,锅炉,no,5,5,5,0\n",
    "meters.csv": "id,enterprise,line,role,rated_kw,idle_kw\nm1,e1,L1,production,100,5\nm2,e2,L1,production,200,5\n",
    "area_emissions.csv": "region,source,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n110105,industry,100,100,100,100\n",
}
